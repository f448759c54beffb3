__all__: list[str]  # noqa: PYI035 - lazy_loader reads it off the imports

from .attention import AdditiveAttention as AdditiveAttention
from .attention import Attention as Attention
from .attention import GroupQueryAttention as GroupQueryAttention
from .attention import MultiHeadAttention as MultiHeadAttention
from .base import Layer as Layer
from .convolution import Conv1D as Conv1D
from .convolution import Conv1DTranspose as Conv1DTranspose
from .convolution import Conv2D as Conv2D
from .convolution import Conv2DTranspose as Conv2DTranspose
from .convolution import Conv3D as Conv3D
from .convolution import Conv3DTranspose as Conv3DTranspose
from .convolution import DepthwiseConv1D as DepthwiseConv1D
from .convolution import DepthwiseConv2D as DepthwiseConv2D
from .convolution import SeparableConv1D as SeparableConv1D
from .convolution import SeparableConv2D as SeparableConv2D
from .dense import Dense as Dense
from .dense import EinsumDense as EinsumDense
from .dense import Embedding as Embedding
from .elementwise import ELU as ELU
from .elementwise import Activation as Activation
from .elementwise import ActivityRegularization as ActivityRegularization
from .elementwise import Add as Add
from .elementwise import AlphaDropout as AlphaDropout
from .elementwise import Average as Average
from .elementwise import Concatenate as Concatenate
from .elementwise import Dropout as Dropout
from .elementwise import GaussianDropout as GaussianDropout
from .elementwise import GaussianNoise as GaussianNoise
from .elementwise import Identity as Identity
from .elementwise import LeakyReLU as LeakyReLU
from .elementwise import Masking as Masking
from .elementwise import Maximum as Maximum
from .elementwise import Minimum as Minimum
from .elementwise import Multiply as Multiply
from .elementwise import PReLU as PReLU
from .elementwise import ReLU as ReLU
from .elementwise import Rescaling as Rescaling
from .elementwise import Softmax as Softmax
from .elementwise import SpatialDropout1D as SpatialDropout1D
from .elementwise import SpatialDropout2D as SpatialDropout2D
from .elementwise import SpatialDropout3D as SpatialDropout3D
from .elementwise import Subtract as Subtract
from .elementwise import UnitNormalization as UnitNormalization
from .normalization import BatchNormalization as BatchNormalization
from .normalization import GroupNormalization as GroupNormalization
from .normalization import LayerNormalization as LayerNormalization
from .normalization import Normalization as Normalization
from .normalization import RMSNormalization as RMSNormalization
from .pooling import AdaptiveAveragePooling1D as AdaptiveAveragePooling1D
from .pooling import AdaptiveAveragePooling2D as AdaptiveAveragePooling2D
from .pooling import AdaptiveAveragePooling3D as AdaptiveAveragePooling3D
from .pooling import AdaptiveMaxPooling1D as AdaptiveMaxPooling1D
from .pooling import AdaptiveMaxPooling2D as AdaptiveMaxPooling2D
from .pooling import AdaptiveMaxPooling3D as AdaptiveMaxPooling3D
from .pooling import AveragePooling1D as AveragePooling1D
from .pooling import AveragePooling2D as AveragePooling2D
from .pooling import AveragePooling3D as AveragePooling3D
from .pooling import GlobalAveragePooling1D as GlobalAveragePooling1D
from .pooling import GlobalAveragePooling2D as GlobalAveragePooling2D
from .pooling import GlobalAveragePooling3D as GlobalAveragePooling3D
from .pooling import GlobalMaxPooling1D as GlobalMaxPooling1D
from .pooling import GlobalMaxPooling2D as GlobalMaxPooling2D
from .pooling import GlobalMaxPooling3D as GlobalMaxPooling3D
from .pooling import MaxPooling1D as MaxPooling1D
from .pooling import MaxPooling2D as MaxPooling2D
from .pooling import MaxPooling3D as MaxPooling3D
from .recurrent import GRU as GRU
from .recurrent import LSTM as LSTM
from .recurrent import Bidirectional as Bidirectional
from .recurrent import SimpleRNN as SimpleRNN
from .recurrent import TimeDistributed as TimeDistributed
from .shaping import Flatten as Flatten
from .shaping import InputLayer as InputLayer
from .shaping import Permute as Permute
from .shaping import RepeatVector as RepeatVector
from .shaping import Reshape as Reshape
from .spatial import Cropping1D as Cropping1D
from .spatial import Cropping2D as Cropping2D
from .spatial import Cropping3D as Cropping3D
from .spatial import UpSampling1D as UpSampling1D
from .spatial import UpSampling2D as UpSampling2D
from .spatial import UpSampling3D as UpSampling3D
from .spatial import ZeroPadding1D as ZeroPadding1D
from .spatial import ZeroPadding2D as ZeroPadding2D
from .spatial import ZeroPadding3D as ZeroPadding3D

AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
Convolution1D = Conv1D
Convolution1DTranspose = Conv1DTranspose
Convolution2D = Conv2D
Convolution2DTranspose = Conv2DTranspose
Convolution3D = Conv3D
Convolution3DTranspose = Conv3DTranspose
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D
